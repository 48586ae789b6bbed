package dev.cvmfs.injector.layer;

/**
 * One thing that is wrong with a layer.
 *
 * @param where a path in the layer, or the part of it
 * @param what is wrong there
 */
public record LayerFinding(String where, String what) {}
