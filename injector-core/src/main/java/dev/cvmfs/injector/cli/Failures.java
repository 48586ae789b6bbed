package dev.cvmfs.injector.cli;

import java.io.EOFException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.NotLinkException;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/** Turns failures into words. */
final class Failures {
  private Failures() {}

  /** The failure itself, out of the wrappers that other threads put around it. */
  static Throwable root(Throwable failure) {
    Throwable root = failure;
    while ((root instanceof ExecutionException || root instanceof CompletionException)
        && root.getCause() != null) {
      root = root.getCause();
    }
    return root;
  }

  /** What to tell the user; the first line stands alone, others are hints and details. */
  static String text(Throwable failure) {
    if (failure instanceof UncheckedIOException unchecked && unchecked.getCause() != null) {
      return told(unchecked, unchecked.getCause());
    }
    if (failure instanceof IOException io) {
      return ioText(io);
    }
    if (failure instanceof OutOfMemoryError) {
      return "out of memory (%s)\ngive it more, for example with CVMFS_SHRINKWRAP_JAVA_OPTS=-Xmx2g"
          .formatted(failure.getMessage());
    }
    if (ExitCode.of(failure) == ExitCode.DEFECT) {
      return "this is a defect of the program, please report it with all of these lines\n%s, Java %s\n%s"
          .formatted(
              ProgramVersion.text(), System.getProperty("java.version"), stackTrace(failure));
    }
    return Optional.ofNullable(failure.getMessage()).orElseGet(failure::toString);
  }

  /** The same with a stack trace for those who asked to see everything. */
  static String text(Throwable failure, Verbosity verbosity) {
    boolean traced = ExitCode.of(failure) == ExitCode.DEFECT;
    return verbosity == Verbosity.DEBUG && !traced
        ? text(failure) + "\n" + stackTrace(failure)
        : text(failure);
  }

  /** The failure with where it came from, for those who asked to see everything. */
  static String stackTrace(Throwable failure) {
    StringWriter text = new StringWriter();
    failure.printStackTrace(new PrintWriter(text));
    return text.toString().stripTrailing();
  }

  /** A wrapper that has words of its own says what was attempted. */
  private static String told(UncheckedIOException wrapper, IOException cause) {
    String attempted = wrapper.getMessage();
    return attempted == null || attempted.equals(cause.toString())
        ? ioText(cause)
        : attempted + ": " + ioText(cause);
  }

  /** What went wrong, where only the class of a failure says it. */
  private static String kind(IOException failure) {
    if (failure instanceof EOFException) {
      return "it ends too early";
    }
    if (failure instanceof FileAlreadyExistsException) {
      return "there is already something else of this name";
    }
    if (failure instanceof NotDirectoryException) {
      return "not a folder";
    }
    if (failure instanceof DirectoryNotEmptyException) {
      return "the folder is not empty";
    }
    if (failure instanceof FileSystemLoopException) {
      return "symbolic links lead in a circle";
    }
    if (failure instanceof NotLinkException) {
      return "not a symbolic link";
    }
    return failure.getClass().getSimpleName();
  }

  private static String ioText(IOException failure) {
    if (failure instanceof NoSuchFileException missing) {
      return "no such file or folder: " + missing.getFile();
    }
    if (failure instanceof AccessDeniedException denied) {
      return "permission denied: " + denied.getFile();
    }
    if (failure instanceof FileSystemException unexplained && unexplained.getReason() == null) {
      return "%s: %s".formatted(kind(unexplained), unexplained.getFile());
    }
    String message = Optional.ofNullable(failure.getMessage()).orElseGet(() -> kind(failure));
    String text = failure instanceof FileSystemException ? message : "local file: " + message;
    String lowerCase = message.toLowerCase(Locale.ROOT);
    if (lowerCase.contains("no space left") || lowerCase.contains("quota exceeded")) {
      return text + "\nfree some space, or choose another folder with --cache (OCI_CACHE)";
    }
    return text;
  }
}
