@NullMarked
package dev.cvmfs.injector.cli;

import org.jspecify.annotations.NullMarked;
