package dev.cvmfs.shrinkwrap.posix;

import dev.cvmfs.shrinkwrap.posix.Expected.Owner;
import dev.cvmfs.shrinkwrap.tree.ByteString;
import dev.cvmfs.shrinkwrap.tree.Timestamp;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import dev.cvmfs.shrinkwrap.tree.Xattrs;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The steps of one run, in a temporary file, so that their number is not bounded by memory. Not a
 * format to be kept: one run writes and reads it.
 */
final class StepFile implements AutoCloseable {
  private static final int REMOVE_FILE = 1;
  private static final int REMOVE_DIRECTORY = 2;
  private static final int MAKE_DIRECTORY = 3;
  private static final int UNLOCK_DIRECTORY = 4;
  private static final int FINISH_DIRECTORY = 5;
  private static final int PUT_LINK = 6;
  private static final int PUT_SYMLINK = 7;
  private static final int PUT_NODE = 8;

  private final Path file;
  private final DataOutputStream out;
  private long count;

  StepFile(Path file) throws IOException {
    this.file = file;
    this.out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file), 1 << 16));
  }

  /** How many were added. */
  long count() {
    return count;
  }

  void add(Step step) throws IOException {
    count++;
    if (step instanceof Step.RemoveFile) {
      begin(REMOVE_FILE, step);
    } else if (step instanceof Step.RemoveDirectory) {
      begin(REMOVE_DIRECTORY, step);
    } else if (step instanceof Step.MakeDirectory) {
      begin(MAKE_DIRECTORY, step);
    } else if (step instanceof Step.UnlockDirectory) {
      begin(UNLOCK_DIRECTORY, step);
    } else if (step instanceof Step.FinishDirectory finish) {
      begin(FINISH_DIRECTORY, step);
      write(finish.expected());
    } else if (step instanceof Step.PutLink link) {
      begin(PUT_LINK, step);
      out.writeUTF(link.object());
      out.writeBoolean(link.replaces());
    } else if (step instanceof Step.PutSymlink symlink) {
      begin(PUT_SYMLINK, step);
      write(symlink.target().bytes());
      write(symlink.expected());
    } else if (step instanceof Step.PutNode node) {
      begin(PUT_NODE, step);
      out.writeInt(node.type());
      out.writeInt(node.major());
      out.writeInt(node.minor());
      write(node.expected());
    }
  }

  private void begin(int kind, Step step) throws IOException {
    out.writeByte(kind);
    write(step.path().bytes());
  }

  private void write(byte[] bytes) throws IOException {
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private void write(Expected expected) throws IOException {
    out.writeShort(expected.permissions());
    out.writeBoolean(expected.owner().isPresent());
    if (expected.owner().isPresent()) {
      out.writeLong(expected.owner().get().uid());
      out.writeLong(expected.owner().get().gid());
    }
    out.writeLong(expected.mtime().seconds());
    out.writeInt(expected.mtime().nanos());
    List<byte[]> xattrs = new ArrayList<>();
    expected
        .xattrs()
        .forEach(
            (name, value) -> {
              xattrs.add(name);
              xattrs.add(value);
            });
    out.writeInt(xattrs.size());
    for (byte[] nameOrValue : xattrs) {
      write(nameOrValue);
    }
  }

  /** Does something with a step. */
  interface Action {
    void take(Step step) throws IOException;
  }

  /** Goes through the steps once; none may be added any more. */
  void forEach(Action action) throws IOException {
    out.close();
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 16))) {
      for (long i = 0; i < count; i++) {
        action.take(read(in));
      }
    } catch (EOFException e) {
      throw new IOException("a temporary file was cut: " + file, e);
    }
  }

  private static Step read(DataInputStream in) throws IOException {
    int kind = in.readByte();
    TreePath path = TreePath.of(bytes(in));
    return switch (kind) {
      case REMOVE_FILE -> new Step.RemoveFile(path);
      case REMOVE_DIRECTORY -> new Step.RemoveDirectory(path);
      case MAKE_DIRECTORY -> new Step.MakeDirectory(path);
      case UNLOCK_DIRECTORY -> new Step.UnlockDirectory(path);
      case FINISH_DIRECTORY -> new Step.FinishDirectory(path, expected(in));
      case PUT_LINK -> new Step.PutLink(path, in.readUTF(), in.readBoolean());
      case PUT_SYMLINK -> new Step.PutSymlink(path, ByteString.of(bytes(in)), expected(in));
      case PUT_NODE ->
          new Step.PutNode(path, in.readInt(), in.readInt(), in.readInt(), expected(in));
      default -> throw new IOException("a temporary file was changed by somebody else");
    };
  }

  private static Expected expected(DataInputStream in) throws IOException {
    int permissions = in.readShort();
    Optional<Owner> owner =
        in.readBoolean() ? Optional.of(new Owner(in.readLong(), in.readLong())) : Optional.empty();
    Timestamp mtime = new Timestamp(in.readLong(), in.readInt());
    Map<byte[], byte[]> xattrs = new TreeMap<>(Arrays::compareUnsigned);
    for (int left = in.readInt(); left > 0; left -= 2) {
      xattrs.put(bytes(in), bytes(in));
    }
    return new Expected(permissions, owner, mtime, Xattrs.of(xattrs));
  }

  private static byte[] bytes(DataInputStream in) throws IOException {
    return in.readNBytes(in.readInt());
  }

  @Override
  public void close() throws IOException {
    out.close();
    Files.deleteIfExists(file);
  }
}
