package dev.cvmfs.shrinkwrap.cvmfs.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.cvmfs.shrinkwrap.cvmfs.content.FileContent;
import dev.cvmfs.shrinkwrap.object.ObjectStore;
import dev.cvmfs.shrinkwrap.tree.Attributes;
import dev.cvmfs.shrinkwrap.tree.Entry;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Listings of repositories, known to be right, in a form that can be compared with what we read:
 * for each entry a sorted map of all that it has. Hard links are named by the first path of their
 * group.
 */
final class ExpectedListing {
  private ExpectedListing() {}

  static List<Map<String, String>> read(Path file) throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    List<Map<String, String>> listing = new ArrayList<>();
    Map<String, String> groups = new HashMap<>();
    List<JsonNode> lines = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      lines.add(mapper.readTree(line));
    }
    lines.sort((a, b) -> path(a).compareTo(path(b)));
    for (JsonNode line : lines) {
      Map<String, String> entry = new TreeMap<>();
      line.properties()
          .forEach(
              field -> {
                if (!field.getKey().startsWith("path")) {
                  entry.put(field.getKey(), field.getValue().asText());
                }
              });
      entry.put("path", path(line).toString());
      if (line.has("xattrs")) {
        Map<String, String> xattrs = new TreeMap<>();
        line.get("xattrs").properties().forEach(x -> xattrs.put(x.getKey(), x.getValue().asText()));
        entry.put("xattrs", xattrs.toString());
      }
      if (line.has("hardlink")) {
        entry.put(
            "hardlink",
            groups.computeIfAbsent(line.get("hardlink").asText(), x -> path(line).toString()));
      }
      listing.add(entry);
    }
    return listing;
  }

  private static TreePath path(JsonNode line) {
    return line.has("path_hex")
        ? TreePath.of(HexFormat.of().parseHex(line.get("path_hex").asText()))
        : TreePath.of(line.get("path").asText());
  }

  /** The same of an entry, with the hash of its content. */
  static Map<String, String> of(Entry entry, ObjectStore objects, Map<Long, String> linkGroups)
      throws IOException {
    Map<String, String> fields = new TreeMap<>();
    Attributes attributes = entry.attributes();
    fields.put("path", entry.path().toString());
    fields.put("mode", Integer.toOctalString(type(entry) | attributes.permissions()));
    fields.put("uid", Long.toString(attributes.uid()));
    fields.put("gid", Long.toString(attributes.gid()));
    fields.put("mtime", Long.toString(attributes.mtime().seconds()));
    if (attributes.mtime().nanos() != 0) {
      fields.put("mtime_ns", Integer.toString(attributes.mtime().nanos()));
    }
    if (!attributes.xattrs().isEmpty()) {
      Map<String, String> xattrs = new TreeMap<>();
      attributes
          .xattrs()
          .forEach(
              (name, value) ->
                  xattrs.put(
                      new String(name, StandardCharsets.UTF_8), HexFormat.of().formatHex(value)));
      fields.put("xattrs", xattrs.toString());
    }
    if (entry instanceof Entry.RegularFile file) {
      fields.put("size", Long.toString(file.size()));
      fields.put("sha256", sha256(FileContent.open(objects, file)));
      if (file.linkGroup() != 0) {
        fields.put(
            "hardlink",
            linkGroups.computeIfAbsent(file.linkGroup(), group -> entry.path().toString()));
      }
    } else if (entry instanceof Entry.Symlink link) {
      fields.put("target", link.target().toString());
    } else if (entry instanceof Entry.Special special && special.major() != 0) {
      fields.put("rdev", special.major() + ":" + special.minor());
    }
    return fields;
  }

  private static int type(Entry entry) {
    if (entry instanceof Entry.Special special) {
      return switch (special.kind()) {
        case FIFO -> 0010000;
        case CHARACTER_DEVICE -> 0020000;
        case BLOCK_DEVICE -> 0060000;
        case SOCKET -> 0140000;
      };
    }
    return entry instanceof Entry.Directory
        ? 0040000
        : entry instanceof Entry.Symlink ? 0120000 : 0100000;
  }

  static String sha256(InputStream content) throws IOException {
    try (DigestInputStream digest =
        new DigestInputStream(content, MessageDigest.getInstance("SHA-256"))) {
      digest.transferTo(java.io.OutputStream.nullOutputStream());
      return HexFormat.of().formatHex(digest.getMessageDigest().digest());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
