package dev.cvmfs.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.TreeMap;

/** The settings of a configuration file. */
record Settings(Map<String, String> values) {

  Settings {
    values = Map.copyOf(values);
  }

  Settings with(String key, Object value) {
    Map<String, String> all = new TreeMap<>(values);
    all.put(key, value.toString());
    return new Settings(all);
  }

  Settings without(String key) {
    Map<String, String> all = new TreeMap<>(values);
    all.remove(key);
    return new Settings(all);
  }

  /** Writes them to a new file in a folder, for its owner alone to read. */
  Path writeInto(Path folder) throws IOException {
    Path file =
        Files.createTempFile(
            folder,
            "my",
            ".conf",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    StringBuilder text = new StringBuilder();
    new TreeMap<>(values)
        .forEach((key, value) -> text.append(key).append("='").append(value).append("'\n"));
    return Files.writeString(file, text);
  }
}
