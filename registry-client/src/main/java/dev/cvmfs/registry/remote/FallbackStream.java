package dev.cvmfs.registry.remote;

import dev.cvmfs.registry.RegistryFailure;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.LongFunction;

/** Bytes of a blob from a mirror and, from where that gets into trouble on, from the registry. */
final class FallbackStream extends InputStream {
  private final Mirror mirror;
  private final LongFunction<InputStream> registry;
  private final long to;
  private InputStream current;
  private long position;
  private boolean atRegistry;

  /**
   * @param atMirror exactly the bytes that are wanted
   * @param registry opens them from an offset of the blob on
   * @param from offset of the first byte wanted
   * @param to offset after the last byte wanted
   */
  FallbackStream(
      Mirror mirror, InputStream atMirror, LongFunction<InputStream> registry, long from, long to) {
    this.mirror = mirror;
    this.current = atMirror;
    this.registry = registry;
    this.position = from;
    this.to = to;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    int read;
    try {
      read = current.read(bytes, offset, length);
    } catch (RegistryFailure e) {
      if (atRegistry) {
        throw e;
      }
      mirror.leaveAlone(e);
      goOnAtRegistry();
      read = current.read(bytes, offset, length);
    }
    position += Math.max(read, 0);
    return read;
  }

  private void goOnAtRegistry() throws IOException {
    atRegistry = true;
    current.close();
    current = position < to ? registry.apply(position) : InputStream.nullInputStream();
  }

  @Override
  public void close() throws IOException {
    current.close();
  }
}
