package dev.cvmfs.injector.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
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
        Arguments.of("local file: FileSystemException: /a", new FileSystemException("/a")),
        Arguments.of("/a: why", new FileAlreadyExistsException("/a", null, "why")));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void failure_ofAFile_saysWhatIsWrong(String text, Throwable failure) {
    assertThat(Failures.text(failure)).isEqualTo(text);
  }
}
