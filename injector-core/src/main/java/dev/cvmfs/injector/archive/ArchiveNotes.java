package dev.cvmfs.injector.archive;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cvmfs.injector.ledger.LedgerEntry;
import dev.cvmfs.registry.Digest;
import dev.cvmfs.shrinkwrap.object.ContentHash;
import dev.cvmfs.shrinkwrap.tree.ByteString;
import dev.cvmfs.shrinkwrap.tree.Timestamp;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notes as files, {@code ARCHIVE.provenance.json}:
 *
 * <pre>
 * {"program": "…", "shape": {"kind": "tar", …},
 *  "file": {"sha256": "…", "size": 1, "modified": {"seconds": 1, "nanos": 0}},
 *  "amounts": {"entries": 1, "objects": 1, "contentBytes": 1},
 *  "repositories": {"FQRN": {"rootHash": "…", "files": {"src.spec": "…", "layer.info": "…"}}}}
 * </pre>
 *
 * <p>A file that is no UTF-8 text is {@code {"base64": "…"}}.
 */
final class ArchiveNotes {
  private static final Logger log = LoggerFactory.getLogger(ArchiveNotes.class);
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
  private static final String SUFFIX = ".provenance.json";

  /** Specifications may be long, but not that long. */
  private static final int LIMIT = 64 << 20;

  private ArchiveNotes() {}

  /** Where the note of an archive is. */
  static Path beside(Path archive) {
    return archive.resolveSibling(
        Objects.requireNonNull(archive.getFileName()).toString() + SUFFIX);
  }

  /** The note of an archive, if there is one that can be understood. */
  static Optional<ArchiveNote> read(Path archive) throws IOException {
    Path file = beside(archive);
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try (InputStream in = Files.newInputStream(file)) {
      return Optional.of(parse(JSON.readTree(in.readNBytes(LIMIT))));
    } catch (JsonProcessingException | IllegalArgumentException e) {
      log.warn("{} cannot be understood, so the archive is made anew: {}", file, e.getMessage());
      return Optional.empty();
    }
  }

  private static ArchiveNote parse(JsonNode json) {
    SortedMap<String, String> shape = new TreeMap<>();
    json.path("shape").properties().forEach(e -> shape.put(e.getKey(), e.getValue().asText()));
    JsonNode file = json.path("file");
    JsonNode modified = file.path("modified");
    FileMark mark =
        new FileMark(
            new Digest("sha256", file.path("sha256").asText()),
            file.path("size").asLong(-1),
            new Timestamp(modified.path("seconds").asLong(), modified.path("nanos").asInt()));
    JsonNode amounts = json.path("amounts");
    SortedMap<String, LedgerEntry.Repository> repositories = new TreeMap<>();
    json.path("repositories")
        .properties()
        .forEach(e -> repositories.put(e.getKey(), repository(e.getValue())));
    return new ArchiveNote(
        shape,
        mark,
        new LedgerEntry.Amounts(
            amounts.path("entries").asLong(-1),
            amounts.path("objects").asLong(-1),
            amounts.path("contentBytes").asLong(-1)),
        repositories);
  }

  private static LedgerEntry.Repository repository(JsonNode json) {
    SortedMap<String, ByteString> files = new TreeMap<>();
    json.path("files").properties().forEach(e -> files.put(e.getKey(), bytes(e.getValue())));
    return new LedgerEntry.Repository(ContentHash.parse(json.path("rootHash").asText()), files);
  }

  private static ByteString bytes(JsonNode content) {
    return content.isTextual()
        ? ByteString.of(content.asText())
        : ByteString.of(Base64.getDecoder().decode(content.path("base64").asText()));
  }

  /**
   * Writes the note of an archive in place of the one that may be there.
   *
   * @param program name and version of this program
   */
  static void write(Path archive, ArchiveNote note, String program, boolean sync)
      throws IOException {
    ObjectNode json = JSON.createObjectNode().put("program", program);
    ObjectNode shape = json.putObject("shape");
    note.shape().forEach(shape::put);
    FileMark mark = note.mark();
    ObjectNode file = json.putObject("file");
    file.put("sha256", mark.digest().hex()).put("size", mark.size());
    file.putObject("modified")
        .put("seconds", mark.modified().seconds())
        .put("nanos", mark.modified().nanos());
    json.putObject("amounts")
        .put("entries", note.amounts().entries())
        .put("objects", note.amounts().objects())
        .put("contentBytes", note.amounts().contentBytes());
    ObjectNode repositories = json.putObject("repositories");
    note.repositories()
        .forEach(
            (fqrn, repository) -> {
              ObjectNode of = repositories.putObject(fqrn);
              of.put("rootHash", repository.rootHash().toString());
              ObjectNode files = of.putObject("files");
              repository.provenance().forEach((name, content) -> files.set(name, text(content)));
            });
    try (Replacement replacement = Replacement.of(beside(archive))) {
      OutputStream out = replacement.stream();
      out.write(JSON.writeValueAsBytes(json));
      out.write('\n');
      replacement.commit(sync);
    }
  }

  private static JsonNode text(ByteString content) {
    byte[] bytes = content.bytes();
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return JSON.getNodeFactory().textNode(text);
    } catch (CharacterCodingException e) {
      return JSON.createObjectNode().put("base64", Base64.getEncoder().encodeToString(bytes));
    }
  }
}
