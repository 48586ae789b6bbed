package dev.cvmfs.injector.inject;

/** Is told what is being done, for people who watch. Safe for use by several threads. */
public interface ProgressListener {
  /** Tells nobody. */
  ProgressListener SILENT =
      new ProgressListener() {
        @Override
        public void step(String line) {}

        @Override
        public void warning(String line) {}

        @Override
        public Task task(String name, long totalBytes) {
          return new Task() {
            @Override
            public void advance(long bytes) {}

            @Override
            public void close() {}
          };
        }
      };

  /** The next step of the story begins: one plain line. */
  void step(String line);

  /** Something the user should know, though the work goes on. */
  void warning(String line);

  /**
   * Bytes begin to flow.
   *
   * @param name what is done with them, such as {@code Fetching from CVMFS}
   * @param totalBytes how many there will be; −1 if that is not known
   */
  Task task(String name, long totalBytes);

  /** A flow of bytes; closing it says that it has ended, well or not. */
  interface Task extends AutoCloseable {
    /** So many more bytes have gone through. */
    void advance(long bytes);

    @Override
    void close();
  }
}
