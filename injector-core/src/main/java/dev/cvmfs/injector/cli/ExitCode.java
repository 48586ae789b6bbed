package dev.cvmfs.injector.cli;

import dev.cvmfs.conf.ConfFailure;
import dev.cvmfs.injector.image.ImageFailure;
import dev.cvmfs.injector.inject.TagMovedFailure;
import dev.cvmfs.registry.RegistryFailure;
import dev.cvmfs.shrinkwrap.cvmfs.CvmfsFailure;
import dev.cvmfs.shrinkwrap.spec.SpecFailure;
import java.io.IOException;
import java.io.UncheckedIOException;

/** What the program's exit code says to scripts; the numbers never change their meaning. */
public enum ExitCode {
  OK(0, "done, or nothing to do"),
  DEFECT(1, "a defect of this program"),
  USAGE(2, "wrong command line, configuration or specification"),
  IMAGE(3, "the image or the registry"),
  AUTHORIZATION(4, "the registry does not let us"),
  TRUST(5, "the CVMFS repository cannot be trusted: signature, whitelist, expiry"),
  CVMFS(6, "the CVMFS network or data"),
  TAG_MOVED(7, "somebody else moved the tag meanwhile"),
  LOCAL_DISK(8, "the local disk, or standard output"),
  FOUND(9, "a check was made, and found something");

  private final int number;
  private final String meaning;

  ExitCode(int number, String meaning) {
    this.number = number;
    this.meaning = meaning;
  }

  public int number() {
    return number;
  }

  /** For the help text. */
  public String meaning() {
    return meaning;
  }

  /** The code of a failure, as {@link Failures#root} gives it. */
  static ExitCode of(Throwable failure) {
    if (failure instanceof ConfFailure || failure instanceof SpecFailure) {
      return USAGE;
    }
    if (failure instanceof RegistryFailure.Unauthorized
        || failure instanceof RegistryFailure.Denied) {
      return AUTHORIZATION;
    }
    if (failure instanceof RegistryFailure || failure instanceof ImageFailure) {
      return IMAGE;
    }
    if (failure instanceof CvmfsFailure.Trust) {
      return TRUST;
    }
    if (failure instanceof CvmfsFailure) {
      return CVMFS;
    }
    if (failure instanceof TagMovedFailure) {
      return TAG_MOVED;
    }
    if (failure instanceof IOException || failure instanceof UncheckedIOException) {
      return LOCAL_DISK;
    }
    return DEFECT;
  }
}
