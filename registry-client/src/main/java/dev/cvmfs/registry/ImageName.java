package dev.cvmfs.registry;

/** The name of an image; parsed by {@code dev.cvmfs.registry.ImageNames}. */
public record ImageName(String registry, String repository, String tag) {}
