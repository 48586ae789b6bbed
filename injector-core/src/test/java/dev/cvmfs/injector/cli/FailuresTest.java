package dev.cvmfs.injector.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is told of trouble with files. */
class FailuresTest {
  static Stream<Arguments> failures() {
    return Stream.of(
        Arguments.of(
            "there is already something else of this name: /a/b",
            new FileAlreadyExistsException("/a/b")),
        Arguments.of("not a folder: /a", new NotDirectoryException("/a")),
        Arguments.of("the folder is not empty: /a", new DirectoryNotEmptyException("/a")),
        Arguments.of("FileSystemException: /a", new FileSystemException("/a")),
        Arguments.of(
            "a temporary file was cut: /t: local file: it ends too early",
            new UncheckedIOException("a temporary file was cut: /t", new EOFException())),
        Arguments.of(
            "cannot read /t: no such file or folder: /t",
            new UncheckedIOException("cannot read /t", new NoSuchFileException("/t"))),
        Arguments.of("local file: why", new UncheckedIOException(new IOException("why"))),
        Arguments.of("/a: why", new FileAlreadyExistsException("/a", null, "why")));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void failure_ofAFile_saysWhatIsWrong(String text, Throwable failure) {
    assertThat(Failures.text(failure)).isEqualTo(text);
  }
}
