package dev.cvmfs.registry.remote;

import dev.cvmfs.registry.ImageStore;
import org.junit.jupiter.api.AfterEach;

/** The contract at a well-behaved registry. */
class RemoteContractTest implements ImageStoreContract {
  private final Fixture fixture = new Fixture();

  @Override
  public ImageStore store() {
    return fixture.store();
  }

  @AfterEach
  void close() {
    fixture.close();
  }
}
