package dev.cvmfs.it.demo;

/** Something in the demo is not as it should be; the message says what. */
final class DemoFailure extends RuntimeException {
  DemoFailure(String message) {
    super(message);
  }

  /** Goes on only if what the demo claims is so. */
  static void unless(boolean asItShouldBe, String claim) {
    if (!asItShouldBe) {
      throw new DemoFailure("this should be so, but is not: " + claim);
    }
  }
}
