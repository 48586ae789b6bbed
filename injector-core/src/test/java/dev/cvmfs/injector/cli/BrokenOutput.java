package dev.cvmfs.injector.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;

/** Standard output on a disk that is full. */
final class BrokenOutput extends OutputStream {
  private int room;

  private BrokenOutput(int room) {
    this.room = room;
  }

  /**
   * The stream that a program sees.
   *
   * @param room how many bytes there is room for
   */
  static PrintStream withRoomFor(int room) {
    return new PrintStream(new BrokenOutput(room), false, UTF_8);
  }

  @Override
  public void write(int b) throws IOException {
    if (room == 0) {
      throw new IOException("No space left on device");
    }
    room--;
  }
}
