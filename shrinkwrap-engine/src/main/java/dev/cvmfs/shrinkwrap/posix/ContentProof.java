package dev.cvmfs.shrinkwrap.posix;

import dev.cvmfs.shrinkwrap.object.Compression;
import dev.cvmfs.shrinkwrap.object.ContentHasher;
import dev.cvmfs.shrinkwrap.object.ObjectRef;
import dev.cvmfs.shrinkwrap.source.SourceTree;
import dev.cvmfs.shrinkwrap.tree.ByteString;
import dev.cvmfs.shrinkwrap.tree.Entry;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.zip.Deflater;

/**
 * Proves that a file on disk has the content that the catalog names.
 *
 * <p>The catalog's hashes are of the compressed bytes. Where the objects are at hand, the file is
 * compared with them, inflated. Where they are not, the file is compressed as CVMFS's server
 * compresses, which usually gives the very same bytes, so that nothing need be fetched; if it does
 * not, because the server had another zlib, the objects are fetched and compared after all.
 */
final class ContentProof {
  private static final int BUFFER = 1 << 16;

  private final Unlocker files;
  private final SourceTree source;

  ContentProof(Unlocker files, SourceTree source) {
    this.files = files;
    this.source = source;
  }

  /** Whether the content is right; the file's length is known to be. */
  boolean holds(ByteString path, Entry.RegularFile file) throws IOException {
    return (!source.isLocal(file) && isRecognised(path, file)) || isEqual(path, file);
  }

  private boolean isRecognised(ByteString path, Entry.RegularFile file) throws IOException {
    try (InputStream content = files.open(path)) {
      for (ObjectRef object : file.objects()) {
        if (!isRecognised(content, object)) {
          return false;
        }
      }
      return content.read() < 0;
    }
  }

  private static boolean isRecognised(InputStream content, ObjectRef object) throws IOException {
    ContentHasher hasher = object.hash().algorithm().hasher();
    byte[] plain = new byte[BUFFER];
    byte[] packed = new byte[BUFFER];
    Deflater deflater = new Deflater();
    try {
      long left = object.size();
      while (left > 0) {
        int count = content.read(plain, 0, (int) Math.min(plain.length, left));
        if (count < 0) {
          return false;
        }
        left -= count;
        if (object.compression() == Compression.NONE) {
          hasher.update(plain, 0, count);
        } else {
          deflater.setInput(plain, 0, count);
          while (!deflater.needsInput()) {
            hasher.update(packed, 0, deflater.deflate(packed));
          }
        }
      }
      if (object.compression() != Compression.NONE) {
        deflater.finish();
        while (!deflater.finished()) {
          hasher.update(packed, 0, deflater.deflate(packed));
        }
      }
      return hasher.finish().equals(object.hash());
    } finally {
      deflater.end();
    }
  }

  private boolean isEqual(ByteString path, Entry.RegularFile file) throws IOException {
    byte[] expected = new byte[BUFFER];
    byte[] actual = new byte[BUFFER];
    try (InputStream wanted = source.open(file);
        InputStream present = files.open(path)) {
      while (true) {
        int count = wanted.readNBytes(expected, 0, BUFFER);
        if (present.readNBytes(actual, 0, BUFFER) != count
            || !Arrays.equals(expected, 0, count, actual, 0, count)) {
          return false;
        }
        if (count < BUFFER) {
          return true;
        }
      }
    }
  }
}
