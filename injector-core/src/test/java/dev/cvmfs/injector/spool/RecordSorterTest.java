package dev.cvmfs.injector.spool;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordSorterTest {
  @TempDir Path parent;

  @ParameterizedTest
  @ValueSource(longs = {1, 500, 1 << 20})
  void sorted_ofRandomRecords_isTheirOrder(long memoryLimit) throws IOException {
    Random random = new Random(memoryLimit);
    List<byte[]> records = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      byte[] record = new byte[random.nextInt(6)];
      random.nextBytes(record);
      records.add(record);
    }
    List<byte[]> result = new ArrayList<>();
    try (WorkDirectory directory = WorkDirectory.open(parent)) {
      RecordSorter sorter = new RecordSorter(directory, memoryLimit);
      for (byte[] record : records) {
        sorter.add(record);
      }
      try (RecordSorter.Sorted sorted = sorter.sorted()) {
        sorted.forEachRemaining(result::add);
      }
    }
    records.sort(Arrays::compareUnsigned);
    assertThat(result).containsExactlyElementsOf(records);
  }

  @Test
  void sorted_ofVeryManyRuns_readsFewFilesAtOnce_andNoMoreThanOnce() throws IOException {
    Random random = new Random(7);
    try (WorkDirectory directory = WorkDirectory.open(parent)) {
      RecordSorter sorter = new RecordSorter(directory, 1);
      List<byte[]> records = new ArrayList<>();
      for (int i = 0; i < 1000; i++) {
        byte[] record = new byte[3];
        random.nextBytes(record);
        records.add(record);
        sorter.add(record);
      }
      records.sort(Arrays::compareUnsigned);
      for (int times = 0; times < 2; times++) {
        List<byte[]> result = new ArrayList<>();
        try (RecordSorter.Sorted sorted = sorter.sorted()) {
          sorted.forEachRemaining(result::add);
        }
        assertThat(result).containsExactlyElementsOf(records);
      }
      try (Stream<Path> files = Files.list(directory.path())) {
        assertThat(files.filter(file -> file.getFileName().toString().startsWith("run-")))
            .hasSizeLessThanOrEqualTo(64);
      }
    }
  }

  @Test
  void workDirectory_closed_isGone_andAbandonedOnesGoWithTheNext() throws IOException {
    Path abandoned = Files.createDirectories(parent.resolve("process-1-1-killed"));
    Files.createFile(abandoned.resolve("lock"));
    Files.writeString(abandoned.resolve("spool-0"), "left over");
    try (WorkDirectory first = WorkDirectory.open(parent)) {
      Files.writeString(first.newFile("spool"), "in use");
      try (WorkDirectory second = WorkDirectory.open(parent)) {
        Files.writeString(second.newFile("spool"), "in use too");
        assertThat(folders()).hasSize(2).doesNotContain(abandoned);
      }
    }
    assertThat(folders()).isEmpty();
  }

  private List<Path> folders() throws IOException {
    try (Stream<Path> all = Files.list(parent)) {
      return all.filter(Files::isDirectory).toList();
    }
  }
}
