/** Layers that were built or verified on this machine, so that their digests tell what they are. */
@NullMarked
package dev.cvmfs.injector.ledger;

import org.jspecify.annotations.NullMarked;
