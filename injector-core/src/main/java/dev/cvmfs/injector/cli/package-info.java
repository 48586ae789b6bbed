/**
 * The command line: nothing but parsing, calling and printing. {@link
 * dev.cvmfs.injector.cli.Program} is the way in.
 */
@NullMarked
package dev.cvmfs.injector.cli;

import org.jspecify.annotations.NullMarked;
