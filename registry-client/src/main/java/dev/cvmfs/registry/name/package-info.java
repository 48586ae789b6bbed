/** From what people write to {@link dev.cvmfs.registry.ImageName}. */
@NullMarked
package dev.cvmfs.registry.name;

import org.jspecify.annotations.NullMarked;
