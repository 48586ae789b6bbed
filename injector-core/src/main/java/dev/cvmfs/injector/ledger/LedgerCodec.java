package dev.cvmfs.injector.ledger;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cvmfs.registry.Digest;
import dev.cvmfs.shrinkwrap.object.ContentHash;
import dev.cvmfs.shrinkwrap.tree.ByteString;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Entries of the ledger as files of JSON:
 *
 * <pre>
 * {"v":3,"layer":"sha256:…","diffId":"sha256:…","size":602011,
 *  "entries":8,"objects":3,"contentBytes":600112,
 *  "repositories":{"x.example.org":{"root":"&lt;hash&gt;","provenance":{"src.spec":"&lt;base64&gt;"}}},
 *  "places":["registry.example.org/lab/analysis"]}
 * </pre>
 *
 * <p>and {@code garbageObjects} and {@code garbageBytes}, if there are any, and of an eStargz
 * {@code toc}, the digest of its table of contents.
 */
final class LedgerCodec {
  /** A new one as well where layers come out of the same in other bytes than before. */
  private static final int VERSION = 3;

  private LedgerCodec() {}

  static byte[] encode(LedgerEntry entry) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("v", VERSION)
        .put("layer", entry.layer().toString())
        .put("diffId", entry.diffId().toString())
        .put("size", entry.size())
        .put("entries", entry.amounts().entries())
        .put("objects", entry.amounts().objects())
        .put("contentBytes", entry.amounts().contentBytes());
    if (entry.amounts().garbageObjects() > 0) {
      json.put("garbageObjects", entry.amounts().garbageObjects())
          .put("garbageBytes", entry.amounts().garbageBytes());
    }
    entry.toc().ifPresent(toc -> json.put("toc", toc.toString()));
    ObjectNode repositories = json.putObject("repositories");
    entry
        .repositories()
        .forEach(
            (fqrn, repository) -> {
              ObjectNode node = repositories.putObject(fqrn);
              node.put("root", repository.rootHash().toString());
              ObjectNode provenance = node.putObject("provenance");
              repository
                  .provenance()
                  .forEach((name, content) -> provenance.put(name, content.bytes()));
            });
    ArrayNode places = json.putArray("places");
    entry.places().forEach(places::add);
    return json.toString().getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Reads an entry; empty if it is of another version.
   *
   * @throws IllegalArgumentException if it is none
   * @throws IOException if it is not even JSON
   */
  static Optional<LedgerEntry> decode(byte[] text) throws IOException {
    JsonNode json = new ObjectMapper().readTree(text);
    if (json.path("v").asInt() != VERSION) {
      return Optional.empty();
    }
    SortedMap<String, LedgerEntry.Repository> repositories = new TreeMap<>();
    for (Map.Entry<String, JsonNode> field : json.path("repositories").properties()) {
      repositories.put(field.getKey(), repository(field.getValue()));
    }
    return Optional.of(
        new LedgerEntry(
            Digest.parse(json.path("layer").asText("")),
            Digest.parse(json.path("diffId").asText("")),
            number(json, "size"),
            json.has("toc")
                ? Optional.of(Digest.parse(json.path("toc").asText("")))
                : Optional.empty(),
            new LedgerEntry.Amounts(
                number(json, "entries"),
                number(json, "objects"),
                number(json, "contentBytes"),
                json.has("garbageObjects") ? number(json, "garbageObjects") : 0,
                json.has("garbageBytes") ? number(json, "garbageBytes") : 0),
            repositories,
            places(json.path("places"))));
  }

  private static List<String> places(JsonNode node) {
    List<String> places = new ArrayList<>();
    node.forEach(place -> places.add(place.asText("")));
    return places;
  }

  private static LedgerEntry.Repository repository(JsonNode node) throws IOException {
    SortedMap<String, ByteString> provenance = new TreeMap<>();
    for (Map.Entry<String, JsonNode> field : node.path("provenance").properties()) {
      byte[] content = field.getValue().binaryValue();
      if (content == null) {
        throw new IllegalArgumentException(field.getKey() + " without content");
      }
      provenance.put(field.getKey(), ByteString.of(content));
    }
    return new LedgerEntry.Repository(ContentHash.parse(node.path("root").asText("")), provenance);
  }

  private static long number(JsonNode json, String name) {
    JsonNode number = json.path(name);
    if (!number.isIntegralNumber() || !number.canConvertToLong()) {
      throw new IllegalArgumentException("no number of " + name);
    }
    return number.longValue();
  }
}
