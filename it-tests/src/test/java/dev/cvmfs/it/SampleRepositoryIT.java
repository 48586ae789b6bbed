package dev.cvmfs.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cvmfs.shrinkwrap.publisher.SampleRepository;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Here, other than in the engine's own tests, the repositories come out of a jar. */
class SampleRepositoryIT {
  private @TempDir Path folder;

  @Test
  void repositoryFromTheTestJar_isCopiedWhole() throws IOException {
    assertThat(SampleRepository.class.getProtectionDomain().getCodeSource().getLocation())
        .asString()
        .endsWith("-tests.jar");

    Path tiny = SampleRepository.TINY.copyInto(folder);

    assertThat(SampleRepository.TINY.listing(tiny, "r1"))
        .extracting(entry -> entry.path().toString())
        .contains("/bin/hello", "/names/latin1-\\xe9\\xff", "/nested/sub/deeper/f5");
    assertThat(SampleRepository.TINY.masterKey(tiny)).isNotEmptyFile();
    assertThat(tiny.resolve(".cvmfswhitelist")).isNotEmptyFile();
    // The root catalog of r1.
    assertThat(tiny.resolve("data/f1/825ba0b309d866b7295a5bb73b698e269bb667C")).isNotEmptyFile();
  }
}
