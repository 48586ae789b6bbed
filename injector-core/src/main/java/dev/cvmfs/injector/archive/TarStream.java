package dev.cvmfs.injector.archive;

import dev.cvmfs.injector.layer.MemberSink;
import java.io.IOException;

/** Takes the parts of a tar archive in their order. */
interface TarStream {

  /** Headers and padding. */
  void block(byte[] bytes) throws IOException;

  /** Where the content of the next file goes. */
  MemberSink content() throws IOException;

  /** Ends the archive. */
  Written finish() throws IOException;
}
