package dev.cvmfs.injector.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.cvmfs.conf.ConfFailure;
import java.util.ArrayList;
import java.util.List;

/**
 * Words of another program's command line in one of ours: a JSON list of them, as in a Dockerfile,
 * or a single one as it is. So no word can be taken for an option of ours.
 */
final class Words {
  private static final ObjectMapper JSON = new ObjectMapper();

  private Words() {}

  /**
   * Reads them.
   *
   * @param option for messages
   * @throws ConfFailure if it is a list of something else
   */
  static List<String> of(String option, String text) {
    if (!text.startsWith("[")) {
      return List.of(text);
    }
    try {
      List<String> words = new ArrayList<>();
      for (JsonNode word : JSON.readTree(text)) {
        if (!word.isTextual()) {
          throw new ConfFailure("%s %s: %s is no text".formatted(option, text, word));
        }
        words.add(word.asText());
      }
      return words;
    } catch (JsonProcessingException e) {
      throw new ConfFailure(
          "%s %s: no list of words, such as [\"/bin/sh\", \"-c\"]".formatted(option, text), e);
    }
  }
}
