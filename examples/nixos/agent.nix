# A NixOS module for the agent. `package` must provide bin/nixfleet-statechart.
{ config, lib, pkgs, ... }:
let
  cfg = config.services.nixfleet-agent;
  settings = pkgs.writeText "agent.json" (builtins.toJSON cfg.settings);
in
{
  options.services.nixfleet-agent = {
    enable = lib.mkEnableOption "the NixFleet agent";
    package = lib.mkOption {
      type = lib.types.package;
      description = "The package that provides bin/nixfleet-statechart.";
    };
    settings = lib.mkOption {
      type = lib.types.attrs;
      description = "The configuration file; see docs/operating.md and schema/agent.schema.json.";
    };
  };

  config = lib.mkIf cfg.enable {
    systemd.services.nixfleet-agent = {
      description = "NixFleet agent";
      after = [ "network-online.target" ];
      wants = [ "network-online.target" ];
      wantedBy = [ "multi-user.target" ];
      # A switch must not restart the agent that waits for it.
      restartIfChanged = false;
      serviceConfig = {
        ExecStart = "${cfg.package}/bin/nixfleet-statechart agent ${settings}";
        # A running switch outlives its agent.
        KillMode = "process";
        StateDirectory = "nixfleet-agent";
        Restart = "always";
        RestartPreventExitStatus = 1;
      };
    };
  };
}
