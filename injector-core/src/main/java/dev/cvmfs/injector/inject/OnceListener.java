package dev.cvmfs.injector.inject;

import java.util.HashSet;
import java.util.Set;

/** Tells each line once, where several images of one name give rise to the same. */
final class OnceListener {
  private final ProgressListener progress;
  private final Set<String> told = new HashSet<>();

  OnceListener(ProgressListener progress) {
    this.progress = progress;
  }

  void step(String line) {
    if (told.add(line)) {
      progress.step(line);
    }
  }

  void warning(String line) {
    if (told.add(line)) {
      progress.warning(line);
    }
  }
}
