package dev.cvmfs.shrinkwrap.cvmfs.trust;

import dev.cvmfs.shrinkwrap.cvmfs.Trust;

/** A manifest, and why to believe it. */
public record TrustedManifest(Manifest manifest, Trust trust) {}
