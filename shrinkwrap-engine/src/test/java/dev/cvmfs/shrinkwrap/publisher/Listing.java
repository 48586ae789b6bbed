package dev.cvmfs.shrinkwrap.publisher;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.cvmfs.shrinkwrap.tree.ByteString;
import dev.cvmfs.shrinkwrap.tree.Timestamp;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import dev.cvmfs.shrinkwrap.tree.Xattrs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * Reads {@code expected/rN.jsonl} of the {@linkplain SampleRepository sample repositories}: one
 * JSON object a line for each file but the root. Paths that are not UTF-8 are in {@code path_hex};
 * an {@code mtime_ns} that is missing is 0.
 */
public final class Listing {
  private static final ObjectMapper JSON = new ObjectMapper();

  private Listing() {}

  /** The entries of a listing file in path order. */
  public static List<ListedEntry> read(Path jsonl) throws IOException {
    List<ListedEntry> entries = new ArrayList<>();
    for (String line : Files.readAllLines(jsonl)) {
      entries.add(entry(JSON.readTree(line)));
    }
    return normalize(entries);
  }

  /**
   * Sorts entries by path and names each hard link group by its first path, so that listings from
   * different sources are equal if the trees are. A group of one is none.
   */
  public static List<ListedEntry> normalize(List<ListedEntry> entries) {
    List<ListedEntry> sorted = new ArrayList<>(entries);
    sorted.sort(Comparator.comparing(ListedEntry::path));
    Map<String, String> firstPaths = new HashMap<>();
    Map<String, Integer> members = new HashMap<>();
    for (ListedEntry entry : sorted) {
      entry
          .linkGroup()
          .ifPresent(
              group -> {
                firstPaths.putIfAbsent(group, "links of " + entry.path());
                members.merge(group, 1, Integer::sum);
              });
    }
    return sorted.stream()
        .map(
            entry ->
                entry.withLinkGroup(
                    entry
                        .linkGroup()
                        .filter(group -> members.getOrDefault(group, 0) > 1)
                        .map(firstPaths::get)))
        .toList();
  }

  private static ListedEntry entry(JsonNode json) {
    TreePath path =
        json.has("path_hex")
            ? TreePath.of(HexFormat.of().parseHex(json.get("path_hex").asText()))
            : TreePath.of(json.get("path").asText());
    return new ListedEntry(
        path,
        Integer.parseInt(json.get("mode").asText(), 8),
        json.get("uid").asLong(),
        json.get("gid").asLong(),
        new Timestamp(json.get("mtime").asLong(), json.path("mtime_ns").asInt(0)),
        json.has("size") ? OptionalLong.of(json.get("size").asLong()) : OptionalLong.empty(),
        text(json, "sha256"),
        text(json, "target").map(ByteString::of),
        text(json, "rdev"),
        xattrs(json.path("xattrs")),
        text(json, "hardlink"));
  }

  private static Optional<String> text(JsonNode json, String field) {
    return json.has(field) ? Optional.of(json.get(field).asText()) : Optional.empty();
  }

  private static Xattrs xattrs(JsonNode json) {
    Map<byte[], byte[]> all = new TreeMap<>(Arrays::compareUnsigned);
    json.properties()
        .forEach(
            field ->
                all.put(
                    field.getKey().getBytes(StandardCharsets.UTF_8),
                    HexFormat.of().parseHex(field.getValue().asText())));
    return Xattrs.of(all);
  }
}
