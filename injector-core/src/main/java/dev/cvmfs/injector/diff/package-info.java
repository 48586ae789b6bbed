/** What distinguishes two trees of files, in words and numbers. */
@NullMarked
package dev.cvmfs.injector.diff;

import org.jspecify.annotations.NullMarked;
