package dev.cvmfs.injector.layer;

/** A member of the layer to be replaced, at an offset of its blob. */
record PresentMember(long offset, StoredMember member) {
  long end() {
    return offset + member.length();
  }
}
