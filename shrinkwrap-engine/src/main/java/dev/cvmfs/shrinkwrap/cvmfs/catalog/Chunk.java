package dev.cvmfs.shrinkwrap.cvmfs.catalog;

/** A row of table {@code chunks}: bytes {@code offset} to {@code offset + size} of a file. */
// Chunks are read once and never compared.
@SuppressWarnings("ArrayRecordComponent")
record Chunk(long offset, long size, byte[] hash) {}
