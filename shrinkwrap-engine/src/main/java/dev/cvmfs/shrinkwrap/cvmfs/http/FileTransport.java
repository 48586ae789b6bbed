package dev.cvmfs.shrinkwrap.cvmfs.http;

import dev.cvmfs.shrinkwrap.cvmfs.http.TransferException.Stage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads {@code file:} URLs: a replica that lies in a local folder. */
final class FileTransport implements Transport {

  private record FileAnswer(int status, OptionalLong length, InputStream body) implements Answer {
    @Override
    public Optional<String> header(String name) {
      return Optional.empty();
    }

    @Override
    public void close() {
      try {
        body.close();
      } catch (IOException e) {
        // Whatever was read is judged by its hash, so nothing depends on closing.
      }
    }
  }

  @Override
  public Answer get(Get wanted) throws TransferException {
    Path file = Path.of(wanted.uri());
    try {
      return wanted.range().isPresent() ? part(file, wanted.range().get()) : whole(file);
    } catch (NoSuchFileException | NotDirectoryException e) {
      return without(404);
    } catch (AccessDeniedException e) {
      return without(403);
    } catch (IOException e) {
      throw new TransferException(Stage.CONNECTION, "cannot read " + file, e);
    }
  }

  private static Answer whole(Path file) throws IOException {
    InputStream content = Files.newInputStream(file);
    return new FileAnswer(200, OptionalLong.of(Files.size(file)), new AnswerBody(content));
  }

  private static Answer part(Path file, ByteRange range) throws IOException {
    if (range.last() >= Files.size(file)) {
      return without(416);
    }
    FileChannel content = FileChannel.open(file).position(range.first());
    InputStream part = new BoundedStream(Channels.newInputStream(content), range.length());
    return new FileAnswer(206, OptionalLong.of(range.length()), new AnswerBody(part));
  }

  private static Answer without(int status) {
    return new FileAnswer(status, OptionalLong.of(0), InputStream.nullInputStream());
  }
}
