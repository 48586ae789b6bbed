/** Trees that can be copied: a state of a repository, or a folder. */
@NullMarked
package dev.cvmfs.shrinkwrap.source;

import org.jspecify.annotations.NullMarked;
