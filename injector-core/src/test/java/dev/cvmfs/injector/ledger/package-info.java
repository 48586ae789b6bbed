@NullMarked
package dev.cvmfs.injector.ledger;

import org.jspecify.annotations.NullMarked;
