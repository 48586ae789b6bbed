package dev.cvmfs.registry.testing;

import java.io.IOException;

/** What a registry does with a request. */
@FunctionalInterface
public interface Script {
  void run(Call call) throws IOException;
}
