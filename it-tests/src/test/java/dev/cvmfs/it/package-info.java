/** Integration tests, and tests of what they are made of. */
@NullMarked
package dev.cvmfs.it;

import org.jspecify.annotations.NullMarked;
