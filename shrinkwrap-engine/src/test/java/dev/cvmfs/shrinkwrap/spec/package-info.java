@NullMarked
package dev.cvmfs.shrinkwrap.spec;

import org.jspecify.annotations.NullMarked;
