package dev.cvmfs.shrinkwrap.cvmfs.trust;

import dev.cvmfs.shrinkwrap.cvmfs.Trust;

/**
 * A manifest, and why to believe it.
 *
 * @param blacklist what is not to be trusted even so
 */
public record TrustedManifest(Manifest manifest, Trust trust, Blacklist blacklist) {}
