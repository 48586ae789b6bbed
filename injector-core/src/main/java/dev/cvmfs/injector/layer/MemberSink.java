package dev.cvmfs.injector.layer;

import java.io.IOException;

/** Takes the content of files twice: as gzip members, and as it is. */
public interface MemberSink {

  /** A piece of a gzip member. */
  void blob(byte[] bytes, int from, int length) throws IOException;

  /** A piece of the plain content of such a member. */
  void plain(byte[] bytes, int from, int length) throws IOException;
}
