/**
 * The specification language: which part of a repository is wanted. {@link
 * dev.cvmfs.shrinkwrap.spec.SpecificationFile} explains it.
 */
@NullMarked
package dev.cvmfs.shrinkwrap.spec;

import org.jspecify.annotations.NullMarked;
