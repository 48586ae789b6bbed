/** The specification language: which part of a repository is wanted. */
@NullMarked
package dev.cvmfs.shrinkwrap.spec;

import org.jspecify.annotations.NullMarked;
