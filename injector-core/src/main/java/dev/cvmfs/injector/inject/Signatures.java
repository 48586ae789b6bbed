package dev.cvmfs.injector.inject;

import dev.cvmfs.injector.image.ImageFailure;
import dev.cvmfs.registry.Digest;
import dev.cvmfs.registry.ImageStore;
import dev.cvmfs.registry.RegistryFailure;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Looks, once it is certain that an image will be replaced, for what speaks of the old one:
 * signatures above all, which the new one has not. They stay where they are, and are never copied.
 * For images that stay nothing is asked.
 */
final class Signatures {
  private final ImageStore source;
  private final ImageStore store;
  private final SignedImages policy;
  private final boolean movesTag;
  private final ProgressListener progress;
  private final List<Runnable> first = new ArrayList<>();
  private final Set<Digest> asked = new HashSet<>();
  private final List<Attached> found = new ArrayList<>();

  /**
   * @param source the repository of the images that results are made from
   * @param store the one that results go to
   * @param movesTag whether a tag will lead to the results; if not, they replace nothing
   */
  Signatures(
      ImageStore source,
      ImageStore store,
      SignedImages policy,
      boolean movesTag,
      ProgressListener progress) {
    this.source = source;
    this.store = store;
    this.policy = policy;
    this.movesTag = movesTag;
    this.progress = progress;
  }

  /** The image, or index of images, that will get a successor when one of its images does. */
  void beginWith(Digest base, Optional<Digest> published) {
    first.add(() -> look(base, published));
  }

  /**
   * Says what will no longer hold.
   *
   * @param base the image that the new one is made from; it stays where another name is written
   * @param published the one that the new one takes the place of, if there is one
   * @throws ImageFailure if that is signed, and the settings say to leave such images alone
   */
  void beforeChange(Digest base, Optional<Digest> published) {
    List<Runnable> now = List.copyOf(first);
    first.clear();
    now.forEach(Runnable::run);
    look(base, published);
  }

  /**
   * The same when all is done but the last step, for results too for which no image had to be
   * changed. If the result is the base itself, what holds for that goes on to hold.
   */
  void beforePublishing(Digest base, Digest result, Optional<Digest> published) {
    if (result.equals(base)) {
      lookAtReplaced(published);
    } else {
      beforeChange(base, published);
    }
  }

  private void look(Digest base, Optional<Digest> published) {
    lookAtReplaced(published);
    if (!movesTag || !published.equals(Optional.of(base))) {
      look(source, base, false);
    }
  }

  private void lookAtReplaced(Optional<Digest> published) {
    published.filter(digest -> movesTag).ifPresent(digest -> look(store, digest, true));
  }

  private void look(ImageStore where, Digest subject, boolean isReplaced) {
    if (!asked.add(subject)) {
      return;
    }
    List<Attached> attached;
    try {
      attached = Attached.to(where, subject);
    } catch (RegistryFailure e) {
      if (policy == SignedImages.REFUSE && isReplaced) {
        throw e;
      }
      progress.warning(
          "whether %s is signed cannot be told: %s".formatted(subject, e.getMessage()));
      return;
    }
    found.addAll(attached);
    if (isReplaced && policy == SignedImages.REFUSE) {
      refuse(attached);
    }
    tell(subject, attached, isReplaced);
  }

  private static void refuse(List<Attached> attached) {
    attached.stream()
        .filter(one -> one.kind().vouches())
        .findFirst()
        .ifPresent(
            one -> {
              throw new ImageFailure(
                  """
                  %s has a %s (%s), which its successor would not have; it is left as it is (OCI_SIGNED=refuse)
                  write to another tag with --dest-tag, and sign what comes out\
                  """
                      .formatted(one.subject(), one.kind().text(), one.digest()));
            });
  }

  private void tell(Digest subject, List<Attached> attached, boolean isReplaced) {
    String kinds =
        attached.stream()
            .filter(one -> one.kind() != Attached.Kind.PROVENANCE)
            .collect(
                Collectors.groupingBy(
                    Attached::kind,
                    () -> new TreeMap<>(Comparator.naturalOrder()),
                    Collectors.counting()))
            .entrySet()
            .stream()
            .map(kind -> "%s (%d)".formatted(kind.getKey().text(), kind.getValue()))
            .collect(Collectors.joining(", "));
    if (!kinds.isEmpty()) {
      progress.warning(
          "of %s there are in the registry: %s. They do not hold for %s, which has another digest: sign that anew"
              .formatted(subject, kinds, isReplaced ? "what replaces it" : "what is made from it"));
    }
  }

  /** All that was found so far. */
  List<Attached> found() {
    return List.copyOf(found);
  }
}
