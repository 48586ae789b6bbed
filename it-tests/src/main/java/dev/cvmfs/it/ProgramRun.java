package dev.cvmfs.it;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;

/** A run of our program with {@code --json}: the reports on stdout, the story on stderr. */
public record ProgramRun(int exitCode, List<JsonNode> reports, String story) {
  private static final ObjectMapper JSON = new ObjectMapper();

  public ProgramRun {
    reports = List.copyOf(reports);
  }

  /**
   * Takes apart what the program left.
   *
   * @throws IllegalStateException if stdout holds anything but JSON objects, one a line
   */
  public static ProgramRun of(CommandResult result) {
    return new ProgramRun(
        result.exitCode(),
        result.stdout().lines().map(line -> parse(line, result)).toList(),
        result.stderr());
  }

  private static JsonNode parse(String line, CommandResult result) {
    try {
      return JSON.readTree(line);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("not JSON: " + result, e);
    }
  }

  /**
   * This run if it succeeded.
   *
   * @throws IllegalStateException with what it printed if it did not
   */
  public ProgramRun orThrow() {
    if (exitCode != 0) {
      throw new IllegalStateException("it ended with %d%n%s".formatted(exitCode, story));
    }
    return this;
  }

  /** The report of a run on one image. */
  public JsonNode report() {
    if (reports.size() != 1) {
      throw new IllegalStateException("%d reports%n%s".formatted(reports.size(), story));
    }
    return reports.get(0);
  }

  /** {@code injected}, {@code refreshed}, {@code unchanged} or {@code prepared}. */
  public String result() {
    return report().path("result").asText();
  }

  /** The digest of the manifest that the run published. */
  public String newDigest() {
    return report().path("newDigest").asText();
  }

  /** The digest of the CVMFS layer's blob. */
  public String layer() {
    return report().path("layers").path(0).path("digest").asText();
  }

  /** Such as {@code bytesUploaded}. */
  public long transfer(String name) {
    return report().path("transfer").path(name).asLong(-1);
  }
}
