package dev.cvmfs.injector.archive;

import dev.cvmfs.injector.layer.MemberSink;
import dev.cvmfs.injector.layer.MemberWriter;
import dev.cvmfs.injector.layer.WrittenLayer;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** A tar archive in gzip members, of which those with content are CVMFS's own streams. */
final class GzipTar implements TarStream {
  private static final int BUFFER = 1 << 17;

  private final MemberWriter members;

  GzipTar(OutputStream file) {
    this.members = new MemberWriter(new BufferedOutputStream(file, BUFFER));
  }

  @Override
  public void block(byte[] bytes) throws IOException {
    members.glue(bytes);
  }

  @Override
  public MemberSink content() throws IOException {
    members.cut();
    return members;
  }

  @Override
  public Written finish() throws IOException {
    WrittenLayer written = members.finish();
    return new Written(written.digest(), written.size());
  }
}
