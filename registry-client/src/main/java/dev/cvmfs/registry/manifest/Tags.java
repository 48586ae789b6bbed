package dev.cvmfs.registry.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cvmfs.registry.http.Failures;
import dev.cvmfs.registry.http.Reply;
import dev.cvmfs.registry.http.RepositoryEndpoint;
import dev.cvmfs.registry.http.Request;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The tags of one repository. */
public final class Tags {
  private static final int MOST = 1_000_000;

  private final RepositoryEndpoint repository;

  public Tags(RepositoryEndpoint repository) {
    this.repository = repository;
  }

  /** See {@link dev.cvmfs.registry.ImageStore#tags}. */
  public List<String> list() {
    Request first =
        repository.reading("GET", "list the tags of " + repository.display(), repository.tags());
    Set<String> tags = new TreeSet<>();
    Pages.read(
        repository.exchange(),
        first,
        reply -> {
          addAll(first, reply, tags);
          if (tags.size() > MOST) {
            throw Failures.corrupt(first.purpose(), reply, "has more than %d".formatted(MOST));
          }
        });
    return List.copyOf(tags);
  }

  /** Nexus lists nulls, and Artifactory digests, neither of which is a tag. */
  private static void addAll(Request first, Reply reply, Set<String> tags) {
    if (reply.status() != 200) {
      throw Failures.of(first, reply);
    }
    for (JsonNode tag : Json.object(first.purpose(), reply.body()).path("tags")) {
      if (tag.isTextual() && !tag.asText().contains(":")) {
        tags.add(tag.asText());
      }
    }
  }
}
