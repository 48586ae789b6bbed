/** Many random inputs: repositories, specifications and broken bytes, all from seeds. */
@NullMarked
package dev.cvmfs.shrinkwrap.campaign;

import org.jspecify.annotations.NullMarked;
