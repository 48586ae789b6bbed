package dev.cvmfs.registry.name;

import dev.cvmfs.registry.ImageName;

/**
 * An image name and what had to be done to the text to get it.
 *
 * @param name the name
 * @param lowerCased whether the repository was written with capitals, which registries do not know
 */
public record ParsedName(ImageName name, boolean lowerCased) {}
