package dev.cvmfs.conf;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MachineConfTest {
  @TempDir private Path temporary;
  private MachineConf machine = MachineConf.none(Conf.empty());

  @BeforeEach
  void folders() {
    machine = new MachineConf(Conf.empty(), temporary, Optional.of(temporary.resolve("fetched")));
  }

  private CvmfsConf with(String blacklist) {
    Conf given = Conf.of(Map.of("CVMFS_BLACKLIST", blacklist), "test");
    return CvmfsConf.of(machine.with(given), "sft.cern.ch");
  }

  @Test
  void blacklists_thatAreNotThere_areNone() {
    assertThat(CvmfsConf.of(machine, "sft.cern.ch").blacklists()).isEmpty();
  }

  @Test
  void blacklists_ofTheMachineAndOfTheConfigurationRepository_bothCount() throws IOException {
    Path own = Files.writeString(temporary.resolve("blacklist"), "");
    Files.createDirectories(temporary.resolve("fetched/etc/cvmfs"));
    Path fetched = Files.writeString(temporary.resolve("fetched/etc/cvmfs/blacklist"), "");
    assertThat(CvmfsConf.of(machine, "sft.cern.ch").blacklists()).containsExactly(own, fetched);
    assertThat(with("").blacklists()).containsExactly(own, fetched);
    assertThat(with("/named").blacklists()).containsExactly(Path.of("/named"), fetched);
  }
}
