/**
 * OCI image layouts: directories that hold images as registries do (OCI image specification,
 * image-layout.md).
 */
@NullMarked
package dev.cvmfs.registry.layout;

import org.jspecify.annotations.NullMarked;
