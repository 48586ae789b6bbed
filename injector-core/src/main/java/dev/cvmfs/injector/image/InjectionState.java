package dev.cvmfs.injector.image;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cvmfs.registry.Digest;
import dev.cvmfs.shrinkwrap.object.ContentHash;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * What an image's CVMFS layer was made from, and what the image looked like before; the value of
 * label {@code cvmfs_injection_state}, compact JSON with sorted keys:
 *
 * <pre>
 * {"v":1,
 *  "repos":{"tiny.example.org":{"root":"&lt;hash&gt;","revision":1,"spec":"sha256:…"}},
 *  "before":{"/config/Labels":"null"}}
 * </pre>
 *
 * <p>{@code before} is there only if the image had nothing at a place that injection had to fill;
 * it is what makes it possible to take the layer out again without a trace.
 *
 * @param repositories by fully qualified name; none in an image that was only prepared
 * @param before by JSON pointer, {@code absent} or {@code null}; kept by every refresh
 */
public record InjectionState(
    SortedMap<String, RepositoryState> repositories, SortedMap<String, String> before) {
  private static final int VERSION = 1;

  public InjectionState {
    repositories = Collections.unmodifiableSortedMap(new TreeMap<>(repositories));
    before = Collections.unmodifiableSortedMap(new TreeMap<>(before));
  }

  /** The state of a layer made from these repositories. */
  public static InjectionState of(Map<String, RepositoryState> repositories) {
    return new InjectionState(new TreeMap<>(repositories), new TreeMap<>());
  }

  /** The state of an empty layer. */
  public static InjectionState prepared() {
    return of(Map.of());
  }

  /**
   * What an image says about its layer. It is only a note: what cannot be read, or was written in a
   * later format, counts as absent.
   *
   * @param notices told in a sentence for the user if there is a note that is not used
   */
  public static Optional<InjectionState> of(ImageConfig config, Consumer<String> notices) {
    return config.label(InjectionLabels.STATE).flatMap(label -> parse(label, notices));
  }

  private static Optional<InjectionState> parse(String label, Consumer<String> notices) {
    try {
      JsonNode root =
          JsonDocument.read(
                  "label " + InjectionLabels.STATE, label.getBytes(StandardCharsets.UTF_8))
              .root();
      if (!root.path("v").equals(JsonNodeFactory.instance.numberNode(VERSION))) {
        notices.accept(
            "label %s is in format %s, this program knows %d; it is taken for absent"
                .formatted(
                    InjectionLabels.STATE, Printable.of(root.path("v").toString(), 20), VERSION));
        return Optional.empty();
      }
      SortedMap<String, RepositoryState> repositories = new TreeMap<>();
      root.path("repos")
          .properties()
          .forEach(field -> repositories.put(field.getKey(), repository(field.getValue())));
      SortedMap<String, String> before = new TreeMap<>();
      root.path("before")
          .properties()
          .forEach(field -> before.put(field.getKey(), field.getValue().asText()));
      return Optional.of(new InjectionState(repositories, before));
    } catch (ImageFailure | IllegalArgumentException e) {
      notices.accept(
          "label %s cannot be read and is taken for absent: %s"
              .formatted(InjectionLabels.STATE, Printable.of(String.valueOf(e.getMessage()), 200)));
      return Optional.empty();
    }
  }

  private static RepositoryState repository(JsonNode node) {
    if (!node.path("revision").isIntegralNumber() || !node.path("revision").canConvertToLong()) {
      throw new IllegalArgumentException("a repository without a revision number");
    }
    return new RepositoryState(
        ContentHash.parse(node.path("root").asText("")),
        node.path("revision").longValue(),
        Digest.parse(node.path("spec").asText("")));
  }

  /** The label's value; the same state always gives the same text. */
  public String label() {
    ObjectNode root = JsonNodeFactory.instance.objectNode().put("v", VERSION);
    ObjectNode repos = root.putObject("repos");
    repositories.forEach(
        (fqrn, state) ->
            repos
                .putObject(fqrn)
                .put("root", state.rootHash().toString())
                .put("revision", state.revision())
                .put("spec", state.specification().toString()));
    if (!before.isEmpty()) {
      ObjectNode places = root.putObject("before");
      before.forEach(places::put);
    }
    return root.toString();
  }

  /** The line for people in the image's history. */
  String comment() {
    return repositories.isEmpty()
        ? "empty CVMFS layer, ready for injection"
        : repositories.entrySet().stream()
            .map(
                entry ->
                    "%s revision %d (%s)"
                        .formatted(
                            entry.getKey(),
                            entry.getValue().revision(),
                            entry.getValue().rootHash()))
            .collect(Collectors.joining(", ", "CVMFS layer of ", ""));
  }
}
