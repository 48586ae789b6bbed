@NullMarked
package dev.cvmfs.injector.archive;

import org.jspecify.annotations.NullMarked;
