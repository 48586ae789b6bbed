@NullMarked
package dev.cvmfs.injector.inject;

import org.jspecify.annotations.NullMarked;
