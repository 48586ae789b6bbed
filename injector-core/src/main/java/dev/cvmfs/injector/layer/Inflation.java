package dev.cvmfs.injector.layer;

import java.util.function.Consumer;
import java.util.function.Supplier;

/** Which library inflates objects. What comes out is the same. */
public final class Inflation {
  /** The zlib that Java brings along. */
  public static final Inflation ZLIB = new Inflation(ZlibInflater::new);

  private final Supplier<WholeInflater> inflaters;

  private Inflation(Supplier<WholeInflater> inflaters) {
    this.inflaters = inflaters;
  }

  /**
   * libdeflate, if it is wanted and can be had, else zlib.
   *
   * @param warnings is told why it cannot be had
   */
  public static Inflation of(boolean libdeflate, Consumer<String> warnings) {
    if (!libdeflate) {
      return ZLIB;
    }
    Libdeflate.Loaded loaded = Libdeflate.load();
    if (loaded.library().isEmpty()) {
      warnings.accept("OCI_LIBDEFLATE: %s; zlib is used instead".formatted(loaded.problem()));
      return ZLIB;
    }
    Libdeflate library = loaded.library().get();
    return new Inflation(() -> new LibdeflateInflater(library));
  }

  /** An inflater for one thread. */
  WholeInflater open() {
    return inflaters.get();
  }
}
