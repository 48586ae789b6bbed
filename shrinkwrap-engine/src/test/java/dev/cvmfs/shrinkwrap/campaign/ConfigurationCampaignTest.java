package dev.cvmfs.shrinkwrap.campaign;

import dev.cvmfs.conf.Conf;
import dev.cvmfs.conf.ConfFailure;
import dev.cvmfs.conf.ConfParser;
import dev.cvmfs.conf.CvmfsConf;
import dev.cvmfs.conf.RegistryConf;
import dev.cvmfs.shrinkwrap.spec.SpecFailure;
import dev.cvmfs.shrinkwrap.spec.Specification;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** What people write by hand: configurations and specifications. */
class ConfigurationCampaignTest {
  private static final byte[] CONF =
      bytes(
          """
          # a repository
          CVMFS_SERVER_URL="http://a.example.org/cvmfs/@fqrn@;http://b.example.org:8000/@org@/@name@"
          CVMFS_PUBLIC_KEY=keys/a.pub:/etc/b.pub
          export CVMFS_HTTP_PROXY='http://user:secret@p:3128|http://[::1]:3129;DIRECT'
          CVMFS_REPOSITORIES=sft.cern.ch,lhcb.cern.ch
          if [ "$X" = y ]; then CVMFS_TIMEOUT=7; fi
          readonly CVMFS_MAX_RETRIES=3
          CVMFS_TIMEOUT=5
          CVMFS_TIMEOUT_DIRECT=604800
          CVMFS_BACKOFF_INIT=2
          CVMFS_BACKOFF_MAX=10
          CVMFS_LOW_SPEED_LIMIT=1024
          CVMFS_REPOSITORY_DATE=2026-01-31T23:59:59Z
          CVMFS_UID_MAP=uid.map
          CVMFS_CLAIM_OWNERSHIP=yes
          CVMFS_BLACKLIST=~/x
          """);
  private static final byte[] REGISTRY =
      bytes(
          """
          OCI_REGISTRY=https://registry.example.org:5000/group
          OCI_INSECURE=localhost:5000 http://127.0.0.1:5001
          OCI_AUTH=env:TOKEN
          OCI_DEST_TAG=latest-2
          OCI_CACHE=cache
          OCI_GC=always
          CVMFS_REPOSITORIES=sft.cern.ch
          """);
  private static final byte[] SPECIFICATION =
      bytes(
          """
          # releases
          /sw/*
          ^/sw/lcg/*
          !/sw/lcg/old/*
          !/sw//lcg/old/tmp/
          /data/blank in name
          /data/ünïcödé*
          /
          """);
  private static final List<Function<CvmfsConf, Object>> QUESTIONS =
      List.of(
          conf -> conf.network().servers(),
          settings -> settings.network().proxyGroups(Map.of()),
          conf -> conf.network().timeout(),
          conf -> conf.network().timeoutDirect(),
          conf -> conf.network().maxRetries(),
          conf -> conf.network().backoffInitial(),
          conf -> conf.network().backoffMaximum(),
          conf -> conf.network().lowSpeedLimit(),
          conf -> conf.network().hostResetAfter(),
          conf -> conf.network().proxyResetAfter(),
          CvmfsConf::publicKeys,
          CvmfsConf::blacklists,
          CvmfsConf::claimOwnership,
          CvmfsConf::worldReadable,
          CvmfsConf::uidMap,
          CvmfsConf::gidMap,
          CvmfsConf::pin);

  @Test
  void repositoryConfigurations_spoilt_answerOrRefuseEveryQuestion() {
    Campaign.run("repository configuration", List.of(CONF), ConfFailure.class, this::askAll);
  }

  /** One bad setting must not keep the others from being asked for. */
  private void askAll(byte[] input) {
    Conf conf = ConfParser.parse(input, "/etc/cvmfs/default.local");
    CvmfsConf repository = CvmfsConf.of(conf, "tiny.example.org");
    for (Function<CvmfsConf, Object> question : QUESTIONS) {
      try {
        Objects.requireNonNull(question.apply(repository));
      } catch (ConfFailure refused) {
        // One of the two things that may happen.
      }
    }
  }

  @Test
  void registryConfigurations_spoilt_areReadOrRefused() {
    Campaign.run(
        "registry configuration",
        List.of(REGISTRY),
        ConfFailure.class,
        input ->
            RegistryConf.of(
                ConfParser.parse(input, "hub.example.org.conf"),
                Map.of("TOKEN", "someone:secret", "HOME", "/nowhere")));
  }

  @Test
  void specifications_spoilt_answerOrAreRefused() {
    TreePath path = TreePath.of("/sw/lcg/old/tmp/x");
    Campaign.run(
        "specification",
        List.of(SPECIFICATION, bytes("/*\n")),
        SpecFailure.class,
        input -> {
          Specification specification = Specification.parse(input, "x.spec");
          for (TreePath at = path; !at.isRoot(); at = at.parent()) {
            if (specification.includes(at) && !specification.descends(at.parent())) {
              throw new IllegalStateException("wants " + at + ", but does not go there");
            }
          }
        });
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
