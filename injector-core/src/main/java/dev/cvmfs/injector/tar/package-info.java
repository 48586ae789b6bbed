/** A tar codec that keeps names, link targets and extended attributes as the bytes they are. */
@NullMarked
package dev.cvmfs.injector.tar;

import org.jspecify.annotations.NullMarked;
